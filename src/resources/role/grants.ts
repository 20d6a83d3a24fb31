// The IAM statements that slsctl adds to an execution role by itself.

/** The Sid names the setting that needs it. */
export interface RoleStatement {
  Sid: string;
  Effect: 'Allow';
  Action: string | string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, string>>;
}

/** The statements that allow sending to the resource with this ARN; none without an ARN. */
export function sendStatements(sid: string, arn: string | null | undefined): RoleStatement[] {
  return (arn ? sending(arn) : []).map(([Action, Resource], index) => ({
    Sid: index > 0 ? `${sid}${index + 1}` : sid,
    Effect: 'Allow',
    Action,
    Resource,
  }));
}

function sending(arn: string): [action: string, resource: string][] {
  switch (arn.split(':')[2]) {
    case 'sns':
      return [['sns:Publish', arn]];
    case 'lambda':
      return [['lambda:InvokeFunction', arn]];
    case 'events':
      return [['events:PutEvents', arn]];
    case 's3':
      return [
        ['s3:PutObject', `${arn}/*`],
        ['s3:ListBucket', arn],
      ];
    default:
      return [['sqs:SendMessage', arn]];
  }
}
