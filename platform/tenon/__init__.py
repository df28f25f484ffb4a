"""The kernel: what every module of Tenon stands on. It knows no module and no business noun."""
