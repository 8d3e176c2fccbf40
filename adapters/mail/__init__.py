"""E-mail: pings and sign-in links for those who are in no chat. Out only; nothing is received."""
