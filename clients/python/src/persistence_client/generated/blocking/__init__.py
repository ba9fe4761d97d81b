"""Generated from docs/openapi.json by `npm run python:generate`; do not edit."""
