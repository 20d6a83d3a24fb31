// A resource on AWS that carries a mark of its owner: read with the mark, and left alone when another owner has it.
import type { Aws } from '../../aws/aws.ts';
import type { Elsewhere, Owner, Resource } from '../../engine/resource.ts';
import { type Adoption, adopts } from './adoption.ts';
import { configTag, foreignTags, ownerIn, type Tags } from './ownership.ts';

export interface Identity {
  /** The physical name. */
  name: string;
  /** undefined: no project owns it, and it is only read. */
  owner?: Owner;
  /** Which resources of other owners to take over. */
  adopt?: Adoption;
  needs?: readonly Resource[];
  outlives?: readonly Resource[];
}

/**
 * A resource without a declaration. The declared form of each kind is a subclass and inherits all of this.
 */
export abstract class OwnedResource<Live> implements Resource<Live> {
  abstract readonly kind: string;
  readonly name: string;
  readonly needs: readonly Resource[];
  readonly outlives: readonly Resource[];
  protected readonly aws: Aws;
  protected readonly owner: Owner | undefined;
  private readonly adopt: Adoption;
  /** The state of the last read or creation. */
  protected live: Live | undefined;
  private reading: Promise<Live | undefined> | undefined;

  constructor(aws: Aws, { name, owner, adopt = {}, needs = [], outlives = [] }: Identity) {
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

  /** The answer of the running read, of the last one, or of a new one. */
  protected async known(): Promise<Live | undefined> {
    return this.reading ? this.reading : (this.live ?? this.read());
  }

  /** Whether the running or last read found it. */
  async isThere(): Promise<boolean> {
    return (await (this.reading ?? this.live)) !== undefined;
  }

  foreign(live: Live): string | undefined {
    return adopts(this.adopt, this.markedOwner(live)) ? undefined : this.otherOwner(live);
  }

  /** Why the last read says that it must be left alone. */
  get foreignReason(): string | undefined {
    return this.live && this.foreign(this.live);
  }

  markedOwner(live: Live): Owner | undefined {
    return ownerIn(this.marks(live));
  }

  createdElsewhere(live: Live): Elsewhere | undefined {
    if (this.takenOver(live)) return undefined;
    const config = this.marks(live)[configTag];
    return config !== undefined && config === this.owner?.config ? undefined : { config };
  }

  /** Where it was created, by the last read, if not by this slsctl.yml. */
  get foundElsewhere(): Elsewhere | undefined {
    return this.live && this.createdElsewhere(this.live);
  }

  /** Whether the user named its owner with --adopt-from: then it gets the marks of this slsctl.yml. */
  protected takenOver(live: Live): boolean {
    const owner = this.markedOwner(live);
    return owner !== undefined && adopts(this.adopt, owner);
  }

  /** Why it belongs to another owner, even when it is adopted. */
  protected otherOwner(live: Live): string | undefined {
    return foreignTags(this.owner, this.marks(live));
  }

  /** Reads it from AWS; undefined: it does not exist. */
  protected abstract find(): Promise<Live | undefined>;
  /** The ownership tags, or the equivalent for kinds without tags. */
  protected abstract marks(live: Live): Tags;
  abstract remove(live: Live): Promise<void>;
}
