"""The door for gunicorn and for `flask --app wsgi`."""

from marketplace.app import create_app
from marketplace.config import from_environment

app = create_app(from_environment())
