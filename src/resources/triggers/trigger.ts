// A trigger: a part of another resource that calls a function. It is removed apart from the function, and before it.
import type { Aws } from '../../aws/aws.ts';
import type { Qualifier } from '../../config/qualifiers.ts';
import type { Elsewhere, Resource } from '../../engine/resource.ts';
import { arnIn } from '../arn.ts';
import { qualifiedName } from '../attachments/attachment.ts';
import type { CallerName } from '../callers/caller.ts';
import type { FunctionResource } from '../function/function-resource.ts';

export interface TriggerOptions {
  /** The alias that it calls; undefined: the function itself. */
  qualifier: Qualifier;
  /** Its source in messages: the name of a queue, a topic, a bucket. */
  from: string;
  /** What must be there first, besides the function: aliases, permissions, the role's policies, the source. */
  needs?: readonly Resource[];
}

/** A trigger without a declaration. The declared form of each kind is a subclass and inherits all of this. */
export abstract class Trigger<Live> implements Resource<Live> {
  /** `sqs trigger` */
  abstract readonly kind: string;
  /** `orders to worker:live` */
  readonly name: string;
  readonly needs: readonly Resource[];
  readonly boundTo: FunctionResource;
  readonly qualifier: Qualifier;
  protected readonly aws: Aws;

  constructor(aws: Aws, host: FunctionResource, { qualifier, from, needs = [] }: TriggerOptions) {
    this.aws = aws;
    this.boundTo = host;
    this.qualifier = qualifier;
    this.name = `${from} to ${qualifiedName(host, qualifier)}`;
    this.needs = [host, ...needs];
  }

  abstract read(): Promise<Live | undefined>;
  /** Unbinds it. Resolves when it calls the function no more. */
  abstract remove(live: Live): Promise<void>;

  /** The entry of slsctl.yml that declares it, in the API's spelling: `{ Triggers: [{ Sqs: { Queue: 'orders' } }] }`. */
  abstract fields(live: Live): Record<string, unknown> | undefined;

  /** The same for two resources that stand for the same trigger on AWS; after a read. */
  get binding(): string {
    return `${this.kind} ${this.name}`;
  }

  /** What `src/resources/callers` calls it, so that the project's own triggers are not named among the others. */
  callers(_live: Live): readonly CallerName[] {
    return [];
  }

  foreign(_live?: Live): string | undefined {
    return this.boundTo.foreignReason && 'the function belongs to another owner';
  }

  createdElsewhere(): Elsewhere | undefined {
    return this.boundTo.foundElsewhere;
  }

  /** The name or ARN that requests give the function. */
  protected get target(): string {
    return qualifiedName(this.boundTo, this.qualifier);
  }

  /** The ARN that sources give the function. */
  protected get targetArn(): string {
    return arnIn(this.aws, 'lambda', `function:${this.target}`);
  }

  /** Notes that slsctl binds something to this alias, so that it counts as the project's own there. */
  protected async markPlace(): Promise<void> {
    if (this.qualifier !== undefined) await this.boundTo.markTraffic(this.qualifier);
  }
}

/** Resources that several triggers share have this method, too. */
interface Calling extends Resource {
  callers(live: unknown): readonly CallerName[];
}

/** The callers that the resource stands for, as others would find them. */
export function callersIn(resource: object, live: unknown): readonly CallerName[] {
  return live !== undefined && 'callers' in resource ? (resource as Calling).callers(live) : [];
}
