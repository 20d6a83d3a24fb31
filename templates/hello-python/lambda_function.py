import json


def handler(event, context):
    name = event.get("name", "World")
    print(f"Processing request for: {name}")
    greeting = f"Hello, {name}! Welcome to serverless computing."
    return {"statusCode": 200, "body": json.dumps({"message": greeting})}
