// A thing on AWS that carries a mark of its owner: read with it, and left alone where another owner has it.
import type { Aws } from '../../aws/aws.ts';
import type { Owner, Resource } from '../../engine/resource.ts';
import { foreignTags, type Tags } from './ownership.ts';

export interface Identity {
  /** The physical name. */
  name: string;
  /** undefined: of no project, so that it is only read. */
  owner?: Owner;
  /** One of another owner is taken over. */
  adopt?: boolean;
  needs?: readonly Resource[];
  outlives?: readonly Resource[];
}

/**
 * What is known of a kind without a declaration. The declared form of a kind is a subclass of this one, so that it
 * inherits all of it.
 */
export abstract class OwnedResource<Live> implements Resource<Live> {
  abstract readonly kind: string;
  readonly name: string;
  readonly needs: readonly Resource[];
  readonly outlives: readonly Resource[];
  protected readonly aws: Aws;
  protected readonly owner: Owner | undefined;
  private readonly adopt: boolean;
  /** As it was read last, or made since. */
  protected live: Live | undefined;
  private reading: Promise<Live | undefined> | undefined;

  constructor(aws: Aws, { name, owner, adopt = false, needs = [], outlives = [] }: Identity) {
    this.aws = aws;
    this.name = name;
    this.owner = owner;
    this.adopt = adopt;
    this.needs = needs;
    this.outlives = outlives;
  }

  /** Concurrent reads share one request. */
  read(): Promise<Live | undefined> {
    this.reading ??= this.look().finally(() => {
      this.reading = undefined;
    });
    return this.reading;
  }

  private async look(): Promise<Live | undefined> {
    this.live = await this.find();
    return this.live;
  }

  /** Whether the read that is under way, or was last, found it. */
  async isThere(): Promise<boolean> {
    return (await (this.reading ?? this.live)) !== undefined;
  }

  foreign(live: Live): string | undefined {
    return this.adopt ? undefined : this.otherOwner(live);
  }

  /** Why the one that was read last must be left alone. */
  get foreignReason(): string | undefined {
    return this.live && this.foreign(this.live);
  }

  /** Why the project is not its owner, adopted or not. */
  protected otherOwner(live: Live): string | undefined {
    return foreignTags(this.owner, this.marks(live));
  }

  /** Asks AWS; undefined: it is absent. */
  protected abstract find(): Promise<Live | undefined>;
  /** The tags, or what stands for them, that say who owns it. */
  protected abstract marks(live: Live): Tags;
  abstract remove(live: Live): Promise<void>;
}
