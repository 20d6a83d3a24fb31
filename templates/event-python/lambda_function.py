def handler(event, context):
    """Called for each event on the bus that matches the pattern in slsctl.yml."""
    order = event["detail"]
    print(f"Order {order.get('id', 'without id')} is {order['status']}")
