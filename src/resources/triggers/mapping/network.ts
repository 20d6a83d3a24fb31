// What the role needs for brokers and clusters: they are in a network, and their passwords in secrets.
import type { RoleStatement } from '../../role/grants.ts';

/** Source: AWS Lambda Developer Guide, "Using Lambda with Amazon MQ" and "… with Apache Kafka". */
export function networkStatement(sid: string): RoleStatement {
  return {
    Sid: sid,
    Effect: 'Allow',
    Action: [
      'ec2:CreateNetworkInterface',
      'ec2:DeleteNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSecurityGroups',
      'ec2:DescribeSubnets',
      'ec2:DescribeVpcs',
    ],
    Resource: '*',
  };
}

export function secretStatements(
  sid: string,
  accesses: readonly { uri: string }[] | null | undefined,
): RoleStatement[] {
  const secrets = (accesses ?? []).map(({ uri }) => uri).filter((uri) => uri.startsWith('arn:'));
  if (secrets.length === 0) return [];
  return [{ Sid: sid, Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: secrets }];
}
