def handler(event, context):
    """Called by the schedule in slsctl.yml, with the `input` that stands there."""
    print(f"Running the job: {event.get('job', 'unknown')}")
