// The source of an event source mapping, as a kind of trigger describes it.
import type { Aws } from '../../../aws/aws.ts';
import type { Resource } from '../../../engine/resource.ts';
import type { Missing } from '../problem.ts';
import type { Mapping } from './live.ts';

/** The members of CreateEventSourceMapping that name the source. */
export type SourceRequest = Pick<Mapping, 'EventSourceArn' | 'SelfManagedEventSource' | 'Topics' | 'Queues'>;

/** What a look at the source tells. */
export interface Look {
  /** The ARN that requests need, when it does not follow from the name. */
  readonly arn?: string;
  /** Why Lambda cannot read the source for this function. */
  readonly problem?: Problem;
}

export interface Problem {
  /** The field of the entry that is wrong: `queue`. */
  readonly field: string;
  /** A sentence that continues after the name of the field. */
  readonly sentence: string;
  /** It names something that does not exist. */
  readonly missing?: Missing;
}

export interface MappingSource {
  /** In names: `orders`. */
  readonly label: string;
  request(look: Look): SourceRequest;
  /** Whether the mapping reads this source. */
  isOf(mapping: Mapping): boolean;
  /** The thing of the project that it is. */
  readonly needs: readonly Resource[];
  /** What can be known without a call. */
  problem?(region: string): Problem | undefined;
  /** The look is needed to make the mapping: the ARN does not follow from the name. */
  readonly needsLook?: true;
  /** Reads the source. Rejects with the error of AWS when it may not; then nothing is known. */
  look?(aws: Aws, timeout: number | undefined): Promise<Look>;
}
