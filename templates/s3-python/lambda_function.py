import json
import os
from urllib.parse import unquote_plus


def handler(event, context):
    prefix = os.environ.get("GREETING_PREFIX", "Hello")
    if "Records" in event:
        return uploads(event["Records"], prefix)
    name = event.get("name", "World")
    print(f"Processing request for: {name}")
    return {"statusCode": 200, "body": json.dumps({"message": f"{prefix}, {name}!"})}


def uploads(records, prefix):
    """S3 calls the function once for each file that arrives."""
    for record in records:
        bucket = record["s3"]["bucket"]["name"]
        # Keys are URL-encoded in events.
        key = unquote_plus(record["s3"]["object"]["key"])
        print(f"{prefix}, {key}! It arrived in {bucket}.")
