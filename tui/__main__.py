"""`python -m tui` is `patui`."""

from tui.cli import main

if __name__ == "__main__":
    main()
