"""A Stripe to test against: localstripe, a program nobody here wrote, and around it what it lacks.

It runs in an environment of its own (`.venv-tools`) and is spoken to over HTTP: `launch.py` starts it. localstripe is
under the GPL; nothing that is shipped, and nothing in the tests' own process, imports it.
"""
