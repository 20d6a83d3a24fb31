// What hangs on a function, goes with it, and is declared, or declared not to be there.
import type { Aws } from '../../aws/aws.ts';
import type { Attachments } from '../../config/schema/attachments.ts';
import type { Change, Resource } from '../../engine/resource.ts';
import type { FunctionResource } from '../function/function.ts';

/**
 * `Wanted` is what the project declares; null: it must not be there. Subclasses ask AWS, and compare a
 * wanted one; the removal of what is not wanted is the engine's.
 */
export abstract class Attachment<Wanted, Live> implements Resource<Live> {
  abstract readonly kind: string;
  readonly name: string;
  readonly needs: readonly Resource[];
  readonly partOf: FunctionResource;
  readonly unwanted?: true;
  protected readonly aws: Aws;
  protected readonly wanted: Wanted | null;

  constructor(aws: Aws, host: FunctionResource, wanted: Wanted | null) {
    this.aws = aws;
    this.partOf = host;
    this.name = host.name;
    this.needs = [host];
    this.wanted = wanted;
    if (wanted === null) this.unwanted = true;
  }

  abstract read(): Promise<Live | undefined>;
  abstract apply(live: Live | undefined, changes: Change[]): Promise<Live>;
  abstract remove(live: Live): Promise<void>;
  /** What differs from what is wanted. */
  protected abstract compare(live: Live | undefined, wanted: Wanted): Change[];
  /** What goes when it is removed. */
  protected abstract losses(live: Live): Change[];

  /** What slsctl.yml would say of it; undefined: nothing, since AWS does this by itself. */
  abstract declare(live: Live): Partial<Attachments> | undefined;

  diff(live: Live | undefined): Change[] {
    if (this.wanted !== null) return this.compare(live, this.wanted);
    return live === undefined ? [] : this.losses(live);
  }

  foreign(): string | undefined {
    return this.partOf.foreignReason && 'the function is not the project’s own';
  }

  /** Reads again after a change; AWS answers what it has just accepted. */
  protected async after(): Promise<Live> {
    return (await this.read()) as Live;
  }
}

/** Without the members that are undefined. */
export function given<T extends object>(settings: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(settings).filter(([, value]) => value !== undefined),
  ) as Partial<T>;
}
