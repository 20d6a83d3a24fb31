// A part of a function with operations of its own, which goes with the function: what is known without a declaration.
import type { Aws } from '../../aws/aws.ts';
import type { Resource } from '../../engine/resource.ts';
import type { FunctionResource } from '../function/function-resource.ts';

/** The declared form of a kind is a subclass, so that it inherits all of this. */
export abstract class Attachment<Live> implements Resource<Live> {
  abstract readonly kind: string;
  readonly name: string;
  readonly needs: readonly Resource[];
  readonly partOf: FunctionResource;
  protected readonly aws: Aws;
  /** Where it is, for requests: the function, or one of its aliases. */
  protected readonly at: { readonly FunctionName: string; readonly Qualifier?: string };

  /** `qualifier`: the alias that it is part of. */
  constructor(aws: Aws, host: FunctionResource, qualifier?: string) {
    this.aws = aws;
    this.partOf = host;
    this.name = qualifier === undefined ? host.name : `${host.name}:${qualifier}`;
    this.needs = [host];
    this.at = { FunctionName: host.name, Qualifier: qualifier };
  }

  abstract read(): Promise<Live | undefined>;
  /** AWS does by itself what it does without it. */
  abstract remove(live: Live): Promise<void>;

  /** The fields of slsctl.yml that declare it, in the API's spelling; undefined: AWS does this by itself. */
  abstract fields(live: Live): Record<string, unknown> | undefined;

  foreign(): string | undefined {
    return this.partOf.foreignReason && 'the function is not the project’s own';
  }

  /** Reads again after a change; AWS answers what it has just accepted. */
  protected async after(): Promise<Live> {
    return (await this.read()) as Live;
  }
}
