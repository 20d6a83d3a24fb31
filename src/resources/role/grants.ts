// IAM statements that slsctl adds to an execution role by itself.

/** The Sid says what it is for. */
export interface RoleStatement {
  Sid: string;
  Effect: 'Allow';
  Action: string | string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, string>>;
}

/** What it takes to send something to the resource with this ARN; undefined: nothing is sent. */
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
