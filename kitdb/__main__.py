"""`python -m kitdb` is `kitdb`."""

from kitdb.cli import main

if __name__ == "__main__":
    main()
