"""The demo host: a Django project that installs chat."""
