// The ARN of a request, as policies of callers and authorizers see it.
import { executeArn } from '../../apis/policy.ts';
import type { RestRequest } from '../rest-request.ts';

/** `arn:aws:execute-api:eu-central-1:123456789012:abc/STAGE/GET/users/1` */
export const methodArnOf = ({ api, stage, httpMethod, path }: RestRequest): string =>
  `${executeArn(api)}/${stage.stageName}/${httpMethod}${path}`;
