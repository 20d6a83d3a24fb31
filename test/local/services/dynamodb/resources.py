"""Uses tables by boto3's resources and clients, and prints what it saw as JSON."""

import json
from decimal import Decimal

import boto3
from boto3.dynamodb.conditions import Attr, Key
from botocore.exceptions import ClientError

dynamodb = boto3.resource("dynamodb")
client = boto3.client("dynamodb")
streams = boto3.client("dynamodbstreams")
seen = {}


def plain(value):
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, set):
        return sorted(plain(one) for one in value)
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    if hasattr(value, "value") and isinstance(value.value, bytes):
        return list(value.value)
    if isinstance(value, bytes):
        return list(value)
    return value


table = dynamodb.create_table(
    TableName="resources",
    AttributeDefinitions=[
        {"AttributeName": "id", "AttributeType": "S"},
        {"AttributeName": "place", "AttributeType": "N"},
    ],
    KeySchema=[
        {"AttributeName": "id", "KeyType": "HASH"},
        {"AttributeName": "place", "KeyType": "RANGE"},
    ],
    BillingMode="PAY_PER_REQUEST",
    StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
)
table.wait_until_exists()
table.reload()
seen["status"] = table.table_status

item = {
    "id": "a",
    "place": Decimal("3.14"),
    "big": Decimal("12345678901234567890123456789012345678"),
    "small": Decimal("1E-130"),
    "set": {"x", "y"},
    "numbers": {Decimal("1"), Decimal("2.5")},
    "bytes": b"\x00\x90",
    "nested": {"list": [1, "two", True, None]},
}
table.put_item(Item=item)
key = {"id": "a", "place": Decimal("3.14")}
seen["item"] = plain(table.get_item(Key=key)["Item"])

with table.batch_writer() as batch:
    for number in range(63):
        batch.put_item(Item={"id": "many", "place": number, "even": number % 2 == 0})
    for number in (1, 3, 4, 5):
        batch.put_item(Item={"id": "a", "place": number, "kind": "late" if number > 3 else "early"})

query = table.query(KeyConditionExpression=Key("id").eq("a") & Key("place").between(2, 4))
seen["between"] = [str(one["place"]) for one in query["Items"]]
query = table.query(
    KeyConditionExpression=Key("id").eq("a"),
    FilterExpression=Attr("kind").eq("late") & ~Attr("kind").contains("early"),
)
seen["filtered"] = [str(one["place"]) for one in query["Items"]]

pages = client.get_paginator("query").paginate(
    TableName="resources",
    KeyConditionExpression="id = :many",
    ExpressionAttributeValues={":many": {"S": "many"}},
    PaginationConfig={"PageSize": 10},
)
counts = [page["Count"] for page in pages]
seen["paged"] = sum(counts)
seen["pages"] = len(counts)

for _ in range(2):
    answer = table.update_item(
        Key={"id": "counter", "place": 0},
        UpdateExpression="SET hits = if_not_exists(hits, :zero) + :one",
        ExpressionAttributeValues={":zero": 0, ":one": 1},
        ReturnValues="UPDATED_NEW",
    )
seen["updated"] = plain(answer["Attributes"])

try:
    client.put_item(
        TableName="resources",
        Item={"id": {"S": "counter"}, "place": {"N": "0"}},
        ConditionExpression="attribute_not_exists(id)",
        ReturnValuesOnConditionCheckFailure="ALL_OLD",
    )
except client.exceptions.ConditionalCheckFailedException as error:
    seen["failed"] = {
        "code": error.response["Error"]["Code"],
        "message": error.response["Error"]["Message"],
        "status": error.response["ResponseMetadata"]["HTTPStatusCode"],
        "item": error.response.get("Item"),
        "members": sorted(error.response),
    }

try:
    client.transact_write_items(
        TransactItems=[
            {"Put": {"TableName": "resources", "Item": {"id": {"S": "t"}, "place": {"N": "1"}}}},
            {
                "ConditionCheck": {
                    "TableName": "resources",
                    "Key": {"id": {"S": "nobody"}, "place": {"N": "1"}},
                    "ConditionExpression": "attribute_exists(id)",
                }
            },
        ]
    )
except ClientError as error:
    seen["cancelled"] = {
        "code": error.response["Error"]["Code"],
        "message": error.response["Error"]["Message"],
        "reasons": [one["Code"] for one in error.response["CancellationReasons"]],
    }

arn = streams.list_streams(TableName="resources")["Streams"][0]["StreamArn"]
shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
iterator = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
record = streams.get_records(ShardIterator=iterator["ShardIterator"])["Records"][0]
seen["record"] = {
    "members": sorted(record),
    "eventName": record["eventName"],
    "change": sorted(record["dynamodb"]),
    "bytes": plain(record["dynamodb"]["NewImage"]["bytes"]["B"]),
}
try:
    streams.describe_stream(StreamArn=arn.replace("resources", "nowhere"))
except ClientError as error:
    seen["noStream"] = f"{error.response['Error']['Code']} {error.response['Error']['Message']}"

print(json.dumps(seen))
