// Sample events of S3, DynamoDB Streams and Kinesis.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
// https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html, https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
import { createHash } from 'node:crypto';
import { arnOf, type EventSite, isoTime } from './site.ts';

const content = 'Hello from slsctl';

export function s3Event(site: EventSite): object {
  const { bucket, objectKey, partition, region } = site;
  return {
    Records: [
      {
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        awsRegion: region,
        eventTime: isoTime(site),
        eventName: 'ObjectCreated:Put',
        userIdentity: { principalId: 'AWS:AIDAEXAMPLE' },
        requestParameters: { sourceIPAddress: '127.0.0.1' },
        responseElements: {
          'x-amz-request-id': 'C3D13FE58DE4C810',
          'x-amz-id-2': 'FMyUVURIY8/IgAtTv8xRjskZQpcIZ9KG4V5Wp6S7S/JRWeUWerMUE5JgHvANOjpD',
        },
        s3: {
          s3SchemaVersion: '1.0',
          configurationId: 'sample',
          bucket: {
            name: bucket,
            ownerIdentity: { principalId: 'A3NL1KOZZKExample' },
            arn: `arn:${partition}:s3:::${bucket}`,
          },
          object: {
            key: encodeKey(objectKey),
            size: content.length,
            eTag: createHash('md5').update(content).digest('hex'),
            sequencer: '0055AED6DCD90281E5',
          },
        },
      },
    ],
  };
}

/** Keys in events are URL-encoded; a slash stays, a space becomes a plus. */
function encodeKey(key: string): string {
  return encodeURIComponent(key).replaceAll('%2F', '/').replaceAll('%20', '+');
}

export function dynamodbEvent(site: EventSite): object {
  const seconds = Math.floor(site.now / 1000);
  const label = new Date(site.now).toISOString().replace('Z', '');
  return {
    Records: [
      {
        eventID: 'c4ca4238a0b923820dcc509a6f75849b',
        eventName: 'INSERT',
        eventVersion: '1.1',
        eventSource: 'aws:dynamodb',
        awsRegion: site.region,
        dynamodb: {
          ApproximateCreationDateTime: seconds,
          Keys: { id: { S: '101' } },
          NewImage: { id: { S: '101' }, message: { S: 'new item' } },
          SequenceNumber: '4421584500000000017450439091',
          SizeBytes: 25,
          StreamViewType: 'NEW_AND_OLD_IMAGES',
        },
        eventSourceARN: arnOf(site, 'dynamodb', `table/${site.table}/stream/${label}`),
      },
    ],
  };
}

export function kinesisEvent(site: EventSite): object {
  const sequenceNumber = '49590338271490256608559692538361571095921575989136588898';
  return {
    Records: [
      {
        kinesis: {
          kinesisSchemaVersion: '1.0',
          partitionKey: '1',
          sequenceNumber,
          data: Buffer.from(content).toString('base64'),
          approximateArrivalTimestamp: site.now / 1000,
        },
        eventSource: 'aws:kinesis',
        eventVersion: '1.0',
        eventID: `shardId-000000000000:${sequenceNumber}`,
        eventName: 'aws:kinesis:record',
        invokeIdentityArn: `arn:${site.partition}:iam::${site.account}:role/${site.functionName}`,
        awsRegion: site.region,
        eventSourceARN: arnOf(site, 'kinesis', `stream/${site.stream}`),
      },
    ],
  };
}
