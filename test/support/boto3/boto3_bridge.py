"""Calls AWS through boto3 for tests: a line of JSON asks for a call, a line of JSON is what came of it."""

import base64
import json
import sys
from datetime import datetime

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

# What the client would refuse itself is for the server to refuse.
config = Config(parameter_validation=False, retries={"max_attempts": 1})
clients = {}


def read(value):
    """Bytes come as {"bytes": base64}."""
    if isinstance(value, dict):
        if set(value) == {"bytes"}:
            return base64.b64decode(value["bytes"])
        return {key: read(item) for key, item in value.items()}
    return [read(item) for item in value] if isinstance(value, list) else value


def written(value):
    """Bytes and streams as text, times in ISO 8601."""
    if hasattr(value, "read"):
        value = value.read()
    if isinstance(value, bytes):
        return value.decode()
    return value.isoformat() if isinstance(value, datetime) else str(value)


def call(service, operation, given, region):
    key = (service, region)
    if key not in clients:
        clients[key] = boto3.client(service, config=config, region_name=region)
    try:
        answer = getattr(clients[key], operation)(**read(given))
    except ClientError as error:
        answer = error.response
    meta = answer.pop("ResponseMetadata")
    return {"status": meta["HTTPStatusCode"], "headers": meta["HTTPHeaders"], **answer}


for line in sys.stdin:
    asked = json.loads(line)
    told = call(asked["service"], asked["operation"], asked["input"], asked.get("region"))
    print(json.dumps(told, default=written), flush=True)
