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
    """Bytes as text, a stream as {"stream": text}, a time as {"time": ISO 8601}."""
    if hasattr(value, "read"):
        return {"stream": value.read().decode()}
    if isinstance(value, bytes):
        return value.decode()
    return {"time": value.isoformat()} if isinstance(value, datetime) else str(value)


def client_of(service, region):
    key = (service, region)
    if key not in clients:
        clients[key] = boto3.client(service, config=config, region_name=region)
    return clients[key]


def call(client, operation, given):
    try:
        answer = getattr(client, operation)(**given)
    except ClientError as error:
        answer = error.response
    meta = answer.pop("ResponseMetadata")
    return {"status": meta["HTTPStatusCode"], "headers": meta["HTTPHeaders"], **answer}


def pages(client, operation, given):
    size = {"PageSize": given.pop("PageSize")}
    return list(client.get_paginator(operation).paginate(**given, PaginationConfig=size))


def wait(client, waiter, given):
    client.get_waiter(waiter).wait(**given)


for line in sys.stdin:
    asked = json.loads(line)
    client = client_of(asked["service"], asked.get("region"))
    told = globals()[asked["way"]](client, asked["operation"], read(asked["input"]))
    print(json.dumps(told, default=written), flush=True)
