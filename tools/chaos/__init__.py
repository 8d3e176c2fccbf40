"""The kill test: reports filed while processes are killed and providers fail; afterwards none may be lost, nor any ping."""
