-- flags: --rename none --allow-destructive

create schema other;
