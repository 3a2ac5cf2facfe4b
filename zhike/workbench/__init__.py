"""The workbench: pages for the bank's staff. They hold no rule: what a page does, the HTTP interface does too."""
