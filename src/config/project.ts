// The project as the rest of the program sees it: a slsctl.yml that is loaded, checked, merged with its stage and
// interpolated.
import type { CreateFunctionCommandInput, PublishLayerVersionCommandInput } from '@aws-sdk/client-lambda';
import type { ApiFile } from './apis/api.ts';
import type { Attachments } from './attachments/all.ts';
import type { Names } from './nulls.ts';
import type { ThingConfig } from './things/kinds.ts';
import type { Link } from './things/links.ts';

export type { Names } from './nulls.ts';

/** Settings of a function in the API's names and nesting, as CreateFunction takes them. */
export type FunctionSettings = Omit<
  CreateFunctionCommandInput,
  'FunctionName' | 'Role' | 'Code' | 'Tags' | 'Publish' | 'PublishTo' | 'CodeSigningConfigArn'
>;

/** Values that are `null` in the file: slsctl removes them from AWS. */
export interface Removals {
  /** Settings that go back to AWS's defaults. */
  readonly settings?: readonly (keyof FunctionSettings)[];
  /** Environment variables. */
  readonly variables?: Names;
  /** Tags, without slsctl's own. */
  readonly tags?: Names;
  /** Undeclared managed policies. */
  readonly policies?: boolean;
  readonly permissionsBoundary?: boolean;
}

export interface FunctionConfig {
  /** The key under `functions:`. */
  readonly key: string;
  /** The name on AWS: the key, with `-STAGE` when a stage is given. */
  readonly name: string;
  /** Only declared settings, those of `defaults:` included. slsctl does not change any other setting on AWS. */
  readonly settings: FunctionSettings;
  readonly removals?: Removals;
  readonly attachments?: Attachments;
  /** URI of a container image, which takes the place of code. */
  readonly image?: string;
  /** The code; paths are absolute. */
  readonly code: CodeConfig;
  /** How the package is made from the code; undefined: the code is the package. */
  readonly packaging?: Packaging;
  /** ARN of the user's own execution role; undefined: slsctl creates a role. */
  readonly role?: string;
  /** ARNs of managed policies for the role that slsctl creates, without the basic execution role. */
  readonly policies: readonly string[];
  /** IAM statements for the role's inline policy. */
  readonly statements: readonly Record<string, unknown>[];
  readonly permissionsBoundary?: string;
  /** The things of the project that the function may use. */
  readonly links: readonly Link[];
  /** Declared tags. The resources add the ownership tags. */
  readonly tags: Record<string, string>;
  /** Days; undefined: logs are kept for ever. */
  readonly logRetentionInDays: number | undefined;
}

type PublishLayerVersion = Omit<PublishLayerVersionCommandInput, 'LayerName' | 'Content'>;

/** Settings with PublishLayerVersion's names. undefined: as in the live version; null: the next version has none. */
export type LayerSettings = {
  readonly [Name in keyof PublishLayerVersion]?: PublishLayerVersion[Name] | null;
};

/** A layer of the project. */
export interface LayerConfig {
  /** The key under `layers:`, by which functions name it. */
  readonly key: string;
  /** A folder or a ready .zip, absolute. */
  readonly path: string;
  readonly settings: LayerSettings;
}

export interface CodeConfig {
  /** A folder, a single file or a ready .zip. */
  readonly path: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Absolute path of slsctl.yml, whatever its name: it is never part of the code. */
  readonly config?: string;
}

export interface Packaging {
  /** `auto`: the file that slsctl finds; `none`; or the absolute path of a requirements file. */
  readonly dependencies: string;
  /** Dependencies go into a separate layer. */
  readonly layer: boolean;
  readonly bundle?: BundleConfig;
  readonly build?: BuildConfig;
}

/** Options for esbuild. */
export interface BundleConfig {
  readonly external: readonly string[];
  readonly noExternal: readonly string[];
  readonly awsSdk: boolean;
  readonly minify: boolean;
  readonly sourceMap: boolean;
  readonly format?: 'esm' | 'cjs';
}

export interface BuildConfig {
  /** They run in this order, in the code folder. */
  readonly commands: readonly string[];
  /** File or folder that the commands make, relative to the code folder. */
  readonly artifact?: string;
  /** Files and folders outside of the project that the commands read, relative to the code folder. */
  readonly inputs: readonly string[];
}

export interface Project {
  /** Absolute path of slsctl.yml. */
  readonly file: string;
  /** Absolute path of its folder. */
  readonly dir: string;
  /** Names the file on every machine: `github.com/acme/shop/slsctl.yml`. */
  readonly origin: string;
  readonly name: string;
  /** undefined: the file has no stages. */
  readonly stage?: string;
  /** The key under `stages:` that applies: the stage, or `*`. */
  readonly overlay?: string;
  /** The names under `stages:`. */
  readonly stages: readonly string[];
  readonly region?: string;
  /** The profile of the AWS config files; it ranks below --profile, exported keys and AWS_PROFILE. */
  readonly profile?: string;
  readonly allowedAccounts: readonly string[];
  /** The S3 bucket for packages that are too large for a request; undefined: slsctl's own. */
  readonly bucket?: string;
  readonly functions: readonly FunctionConfig[];
  readonly layers: readonly LayerConfig[];
  /** Queues, topics, buckets, tables and streams that the project makes. */
  readonly things: readonly ThingConfig[];
  /** The settings of the HTTP API; undefined: the usual ones. There is an API only when a function has a route of it. */
  readonly api?: ApiFile;
  /** References in the file whose values are not known yet: `${account}`, `${region}`, `${ssm:…}` and `${secret:…}`. */
  readonly references: readonly Reference[];
}

/** The stage of a run. */
export interface Stage {
  /** undefined: the file has no stages. */
  readonly name?: string;
  /** The key under `stages:` that applies: the stage itself, or `*`. */
  readonly overlay?: string;
}

/** Where the project goes. `stage` is undefined, too, when a command needs no stage and none is named. */
export type ProjectPlace = Pick<
  Project,
  'name' | 'stage' | 'stages' | 'origin' | 'region' | 'profile' | 'allowedAccounts'
>;

export interface Reference {
  /** The text between `${` and `}`. */
  readonly expression: string;
  /** Its path in the file. */
  readonly path: readonly PropertyKey[];
}
