import base64
import json
import os
from datetime import datetime, timezone

import boto3

table = boto3.resource("dynamodb").Table(os.environ["USERS_TABLE"])


def handler(event, context):
    user_id = event.get("pathParameters", {}).get("id")
    match event["routeKey"]:
        case "GET /users":
            return response(200, table.scan(Limit=100)["Items"])
        case "GET /users/{id}":
            return get_user(user_id)
        case "POST /users":
            return create_user(body_of(event))
        case "PUT /users/{id}":
            return update_user(user_id, body_of(event))
        case "DELETE /users/{id}":
            table.delete_item(Key={"userId": user_id})
            return {"statusCode": 204}
    return response(404, {"error": "Not found"})


def body_of(event):
    """API Gateway encodes bodies that do not say that they are JSON, such as those of `curl -d`."""
    body = event.get("body") or "{}"
    return json.loads(base64.b64decode(body) if event.get("isBase64Encoded") else body)


def get_user(user_id):
    user = table.get_item(Key={"userId": user_id}).get("Item")
    return response(200, user) if user else response(404, {"error": "User not found"})


def create_user(body):
    if not body.get("userId") or not body.get("name"):
        return response(400, {"error": "userId and name are needed"})
    user = {name: body[name] for name in ("userId", "name", "email") if name in body}
    user["createdAt"] = datetime.now(timezone.utc).isoformat()
    table.put_item(Item=user)
    print(f"Created user: {user['userId']}")
    return response(201, user)


def update_user(user_id, body):
    user = table.get_item(Key={"userId": user_id}).get("Item")
    if not user:
        return response(404, {"error": "User not found"})
    user.update({name: body[name] for name in ("name", "email") if name in body})
    table.put_item(Item=user)
    return response(200, user)


def response(status_code, body):
    return {
        "statusCode": status_code,
        "headers": {"content-type": "application/json"},
        "body": json.dumps(body, default=str),
    }
