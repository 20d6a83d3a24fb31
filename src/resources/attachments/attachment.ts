// An attachment: a part of a function that has its own API operations and is removed with the function.
import type { Aws } from '../../aws/aws.ts';
import type { Qualifier } from '../../config/qualifiers.ts';
import type { Elsewhere, Resource } from '../../engine/resource.ts';
import type { FunctionResource } from '../function/function-resource.ts';

/** An attachment without a declaration. The declared form of each kind is a subclass and inherits all of this. */
export abstract class Attachment<Live> implements Resource<Live> {
  abstract readonly kind: string;
  readonly name: string;
  readonly needs: readonly Resource[];
  readonly partOf: FunctionResource;
  protected readonly aws: Aws;
  /** Its address in requests: the function, or one of its aliases. */
  protected readonly at: { readonly FunctionName: string; readonly Qualifier: Qualifier };

  /** `qualifier`: the alias that it belongs to. `needs`: what must be there first, besides the function. */
  constructor(aws: Aws, host: FunctionResource, qualifier?: Qualifier, needs: readonly Resource[] = []) {
    this.aws = aws;
    this.partOf = host;
    this.name = qualifiedName(host, qualifier);
    this.needs = [host, ...needs];
    this.at = { FunctionName: host.name, Qualifier: qualifier };
  }

  /** The alias that it belongs to; undefined: the function itself. */
  get qualifier(): Qualifier {
    return this.at.Qualifier;
  }

  abstract read(): Promise<Live | undefined>;
  /** After this, AWS uses its default. */
  abstract remove(live: Live): Promise<void>;

  /** The fields of slsctl.yml that declare it, in the API's spelling; undefined: it is AWS's default. */
  abstract fields(live: Live): Record<string, unknown> | undefined;

  foreign(): string | undefined {
    return this.partOf.foreignReason && 'the function belongs to another owner';
  }

  /** Notes that slsctl puts something on this alias, so that it counts as the project's own there. */
  protected async markPlace(): Promise<void> {
    if (this.qualifier !== undefined) await this.partOf.markTraffic(this.qualifier);
  }

  createdElsewhere(): Elsewhere | undefined {
    return this.partOf.foundElsewhere;
  }

  /** Reads the state after a change; AWS answers with the values that it just accepted. */
  protected async after(): Promise<Live> {
    return (await this.read()) as Live;
  }
}

/** `hello`, or `hello:live` for an alias. */
export function qualifiedName({ name }: { readonly name: string }, qualifier: Qualifier): string {
  return qualifier === undefined ? name : `${name}:${qualifier}`;
}
