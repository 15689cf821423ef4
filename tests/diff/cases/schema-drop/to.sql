-- flags: --allow-destructive
select 1;
