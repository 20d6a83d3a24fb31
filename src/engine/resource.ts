// The interfaces of a resource: how the engine reads, compares, applies and removes anything that slsctl manages.

/** One difference between what the project declares and what is live. */
export interface Change {
  /** Path of the field in the API's own names: `MemorySize`, `Environment.Variables.STAGE`. */
  path: string;
  /** undefined: absent. */
  from: unknown;
  to: unknown;
  /** The values are shown as `***` unless the user asks to see them. */
  secret?: true;
  /** The change is only possible by replacing the whole resource. */
  replace?: true;
  /** It tells of a change that AWS is still making: to apply it is to wait. */
  settling?: true;
  /** Why slsctl never makes this change: a replacement would lose data. */
  refused?: string;
  /** What to do in place of a refused change. */
  instead?: string;
}

/**
 * A resource on AWS, known by its name. A plain `Resource` is not declared: a deployment removes it. A
 * `DeclaredResource` extends it with the wanted state.
 *
 * `read` resolves with undefined when the resource is absent. `remove` succeeds when it is absent already. Both reject
 * with the SDK's exceptions or a UserError.
 */
export interface Resource<Live = unknown> {
  /** `role`, `function`, `log group` … */
  readonly kind: string;
  /** The physical name. */
  readonly name: string;
  /** Resources that are created before this one and removed after it. */
  readonly needs: readonly Resource[];
  /** This one is removed after these, though it does not need them to be created. */
  readonly outlives?: readonly Resource[];
  /** Something that used it may create it once more after its removal, as a late log line creates a log group. */
  readonly comesBack?: boolean;
  read(): Promise<Live | undefined>;
  remove(live: Live, report?: Report): Promise<void>;
  /** Why it must be left alone (it has another owner); undefined: the project owns it. */
  foreign?(live: Live): string | undefined;
  /** The owner that it names, this one or another; undefined: it names none. */
  markedOwner?(live: Live): Owner | undefined;
  /** Set when another slsctl.yml created it, or an unknown one; undefined: this one did, or the kind has no marks. */
  createdElsewhere?(live: Live): Elsewhere | undefined;
  /** Resources that use it; it must not be removed while one of them stays. undefined: the users cannot be listed. */
  users?(): Promise<readonly Named[] | undefined>;
  /** What its removal loses for good: the next deployment cannot create it again. */
  loss?(live: Live): string | undefined;
  /** Why it stays although it would be removed; undefined: it does not. */
  keeps?(live: Live): Kept | undefined;
  /** Reads it with what its removal would lose, which may take more calls. Default: `read`. */
  readToRemove?(): Promise<Live | undefined>;
  /** Its parts that are removed with it, in words: `3 versions`. */
  extent?(live: Live): string | undefined;
  /** Its fields as changes to undefined: shown by the plan of a deployment that removes it. */
  removal?(live: Live): Change[];
  /** The whole that it is a part of: it is removed together with that resource. */
  readonly partOf?: Resource;
  /** The resource that it calls or serves. It belongs to the owner of that one, and is removed apart from it. */
  readonly boundTo?: Resource;
  /** It always has the same owner as this resource. If that is foreign, the plan lists only that one. */
  readonly ownedWith?: Resource;
  /** A foreign one does not prevent the deployment, which works with it as it is. */
  readonly optional?: true;
}

/**
 * A resource whose state the project declares. `diff` is pure; `[]` means in sync. `apply` gets exactly the changes that
 * the plan shows, and resolves with the new live state once the resource is stable.
 */
export interface DeclaredResource<Live = unknown> extends Resource<Live> {
  diff(live: Live | undefined): Change[];
  apply(live: Live | undefined, changes: Change[], report?: Report): Promise<Live>;
  /** Live values that are not declared and are therefore kept, a line each. */
  notes?(live: Live): string[];
}

/** Why a resource of the project stays. */
export interface Kept {
  /** In words, after `because`. */
  readonly reason: string;
  /** It holds data, and the option --delete-data removes it. */
  readonly data: boolean;
}

export function isDeclared(resource: Resource): resource is DeclaredResource {
  return 'diff' in resource;
}

export type Named = Pick<Resource, 'kind' | 'name'>;

/** The resource's name in messages: `role hello-us-east-1`. */
export function kindAndName({ kind, name }: Named): string {
  return `${kind} ${name}`;
}

/** Tells the user what a long step is waiting for, and how much of it is done (0 to 1), if known. */
export type Report = (text: string, share?: number) => void;

/** Where a resource was deployed from. */
export interface Elsewhere {
  /** The slsctl.yml; undefined: the resource does not name one. */
  config?: string;
}

/** The project, and its stage if it has one, that created a resource. */
export interface Owner {
  project: string;
  stage?: string;
  /** The slsctl.yml that created it, as `originOf` names it; undefined: unknown. */
  config?: string;
}
