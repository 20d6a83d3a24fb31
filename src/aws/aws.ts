// The one seam to AWS, as commands and resources see it.
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Counted } from './metrics.ts';
import type { Parameter } from './stored-values.ts';

export interface Aws {
  readonly region: string;
  /** Undefined: the real AWS. */
  readonly endpoint?: string;
  /** Clients are made at the first use of each. */
  readonly lambda: LambdaClient;
  readonly iam: IAMClient;
  readonly logs: CloudWatchLogsClient;
  /** The same for S3, whose client few need. */
  s3(): Promise<S3Client>;
  /** Account, ARN and user id of the caller (sts:GetCallerIdentity), asked once. */
  identity(): Promise<{ account: string; arn: string; userId: string }>;
  /** What Parameter Store has under these names. Rejects when one is missing. */
  parameters(names: readonly string[]): Promise<Map<string, Parameter>>;
  /** The text of a secret: `name`, or `name#key` for one key of a JSON object. */
  secret(reference: string): Promise<string>;
  /**
   * Things of these services (`lambda`, `logs`, `s3`) that carry these tags in this region: the values that
   * are wanted for each key; none: any.
   */
  tagged(services: readonly string[], tags: Readonly<Record<string, readonly string[]>>): Promise<Tagged[]>;
  /** The sum of each of these CloudWatch metrics between two times, in the order given. */
  sums(metrics: readonly Counted[], from: Date, to: Date): Promise<number[]>;
  /** Told where bytes lie on disk, so that `--explain` can name the file instead of its content. */
  nameBytes(bytes: Uint8Array, file: string): void;
  /** A command of the `aws` CLI that does what many calls do, for `--explain`. */
  tell(words: readonly string[]): void;
  /** Closes the connections that are kept open; what is under way ends first. */
  close(): void;
}

export interface Tagged {
  arn: string;
  tags: Record<string, string>;
}

export interface AwsOptions {
  /** Where relative paths of the environment are relative to. */
  cwd: string;
  /** Says what no option says. */
  env: NodeJS.ProcessEnv;
  region?: string;
  profile?: string;
  /** Of all services, checked; undefined: what the environment and the shared files set. */
  endpoint?: string;
  /** Fixed credentials (the local AWS); undefined: the SDK's own chain. */
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  /** The only accounts that may be called; none: any. */
  allowedAccounts?: readonly string[];
  /** Prints one line of `--explain`; undefined: off. */
  explain?: (command: string) => void;
  /** Environment values appear in `--explain` as they are. */
  showValues?: boolean;
  /** Tells what the user should know of their own settings. */
  warn?: (text: string) => void;
  signal?: AbortSignal;
}
