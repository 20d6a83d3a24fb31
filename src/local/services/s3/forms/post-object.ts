// Uploads by a form, whose fields are signed: PostObject.
// https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
import { randomBytes } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-s3';
import type { Call } from '../../../call.ts';
import type { WireAnswer, WireRequest } from '../../../protocols/protocol.ts';
import { escapeXml } from '../../../protocols/xml.ts';
import type { OwnSignature, SignedForm } from '../../../service.ts';
import { checkToken, mismatch, sameSignature } from '../../../signature/signature.ts';
import { hmac, signingKey } from '../../../signature/signing-key.ts';
import { checkText } from '../../../signature/version-2.ts';
import { invalidArgument } from '../errors.ts';
import { addressed, checkKey } from '../names.ts';
import { putObject, wholePayload } from '../objects.ts';
import { olderRegionOf, olderSignatureRefused } from '../older-signature.ts';
import type { S3State } from '../state.ts';
import { type Form, readForm } from './multipart.ts';
import { checkPolicy } from './policy.ts';

const credential = /^([^/\s]+)\/(\d{8})\/([^/\s]+)\/s3\/aws4_request$/;

export function postedForm(state: S3State, request: WireRequest): SignedForm | undefined {
  const contentType = request.headers['content-type'] ?? '';
  if (request.method !== 'POST' || !/^multipart\/form-data/i.test(contentType)) return undefined;
  const [, bucket = ''] = /^\/([^/]+)\/?$/.exec(addressed(request).path) ?? [];
  const form = readForm(contentType, request.body);
  if (!form || bucket === '') return undefined;
  const { fields } = form;
  const policy = fields.get('policy') ?? '';
  const signature = olderSignature(state, bucket, fields) ?? signatureIn(fields);
  if (!signature) return undefined;
  return {
    ...signature,
    check(holder) {
      checkToken(fields.get('x-amz-security-token'), holder, Date.now());
      signature.check(holder);
    },
    answer(call) {
      const given = new Map(fields).set('bucket', bucket);
      checkPolicy(Buffer.from(policy, 'base64').toString(), given, form.file?.length ?? 0, Date.now());
      return upload(state, call, bucket, form);
    },
  };
}

function signatureIn(fields: Form['fields']): OwnSignature | undefined {
  const [, accessKeyId, date, region] = credential.exec(fields.get('x-amz-credential') ?? '') ?? [];
  if (!accessKeyId || !date || !region) return undefined;
  return {
    accessKeyId,
    region,
    check({ secretAccessKey }) {
      const key = signingKey(secretAccessKey, { date, region, service: 's3' });
      const wanted = hmac(key, fields.get('policy') ?? '').toString('hex');
      if (!sameSignature(wanted, fields.get('x-amz-signature') ?? '')) throw mismatch();
    },
  };
}

/** A signature of version 2, as boto3 makes it unless it is told otherwise. */
function olderSignature(state: S3State, bucket: string, fields: Form['fields']): OwnSignature | undefined {
  const accessKeyId = fields.get('awsaccesskeyid');
  if (accessKeyId === undefined) return undefined;
  const region = olderRegionOf(state, bucket);
  return {
    accessKeyId,
    region: region ?? '',
    check(holder) {
      if (region === undefined) throw olderSignatureRefused();
      checkText(fields.get('policy') ?? '', fields.get('signature') ?? '', holder);
    },
  };
}

async function upload(state: S3State, call: Call, Bucket: string, form: Form): Promise<WireAnswer> {
  const { fields, file, fileName } = form;
  if (!file) throw invalidArgument('POST requires exactly one file upload per request.', 'file', '0');
  const Key = (fields.get('key') ?? '').replaceAll(/\$\{filename\}/g, () => fileName);
  if (Key === '') throw invalidArgument('User key must have a length greater than 0.', 'key', '');
  checkKey(Key);
  const metadata = [...fields].filter(([name]) => name.startsWith('x-amz-meta-'));
  const input: sdk.PutObjectCommandInput = {
    Bucket,
    Key,
    Body: wholePayload(file) as never,
    ContentType: fields.get('content-type'),
    CacheControl: fields.get('cache-control'),
    ContentDisposition: fields.get('content-disposition'),
    ContentEncoding: fields.get('content-encoding'),
    ACL: fields.get('acl') as sdk.ObjectCannedACL | undefined,
    StorageClass: fields.get('x-amz-storage-class') as sdk.StorageClass | undefined,
    Metadata: Object.fromEntries(metadata.map(([name, value]) => [name.slice('x-amz-meta-'.length), value])),
  };
  const { ETag, VersionId } = await putObject(input, { call, state }, 'ObjectCreated:Post');
  const location = `${call.endpoint}/${Bucket}/${encodeURIComponent(Key).replaceAll('%2F', '/')}`;
  const headers: Record<string, string> = {
    etag: ETag,
    location,
    'x-amz-request-id': call.requestId,
    'x-amz-id-2': randomBytes(48).toString('base64'),
    ...(VersionId === undefined ? {} : { 'x-amz-version-id': VersionId }),
  };
  return answerTo(fields, { Bucket, Key, ETag, location }, headers);
}

function answerTo(
  fields: Form['fields'],
  { Bucket, Key, ETag, location }: { Bucket: string; Key: string; ETag: string; location: string },
  headers: Record<string, string>,
): WireAnswer {
  const redirect = fields.get('success_action_redirect') ?? fields.get('redirect');
  if (redirect !== undefined && URL.canParse(redirect)) {
    const target = new URL(redirect);
    for (const [name, value] of Object.entries({ bucket: Bucket, key: Key, etag: ETag })) {
      target.searchParams.set(name, value);
    }
    return { status: 303, headers: { ...headers, location: target.href }, body: '' };
  }
  const status = fields.get('success_action_status');
  if (status === '200') return { status: 200, headers, body: '' };
  if (status !== '201') return { status: 204, headers, body: '' };
  const members = Object.entries({ Location: location, Bucket, Key, ETag });
  const content = members.map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`).join('');
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse>${content}</PostResponse>`;
  return { status: 201, headers: { ...headers, 'content-type': 'application/xml' }, body };
}
