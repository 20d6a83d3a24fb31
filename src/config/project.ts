// A project as the rest of the program sees it: slsctl.yml loaded, checked, staged and interpolated.
import type { CreateFunctionCommandInput, PublishLayerVersionCommandInput } from '@aws-sdk/client-lambda';
import type { Attachments } from './attachments/all.ts';

/** Settings of a function in the API's own names and nesting: exactly what CreateFunction takes. */
export type FunctionSettings = Omit<
  CreateFunctionCommandInput,
  'FunctionName' | 'Role' | 'Code' | 'Tags' | 'Publish' | 'PublishTo' | 'CodeSigningConfigArn'
>;

export type Names = 'all' | readonly string[];

/** What the project says is not to be there: `null` in the file. */
export interface Removals {
  /** Settings that go back to what AWS does by itself. */
  readonly settings?: readonly (keyof FunctionSettings)[];
  /** Environment variables. */
  readonly variables?: Names;
  /** Tags, those of slsctl itself excepted. */
  readonly tags?: Names;
  /** Managed policies that are attached and not declared. */
  readonly policies?: boolean;
  readonly permissionsBoundary?: boolean;
}

export interface FunctionConfig {
  /** The key under `functions:`. */
  readonly key: string;
  /** The name on AWS: the key, with `-STAGE` when a stage is given. */
  readonly name: string;
  /** Only what the project declares, defaults included; what is absent here is left alone on AWS. */
  readonly settings: FunctionSettings;
  readonly removals?: Removals;
  readonly attachments?: Attachments;
  /** URI of a container image; with one there is no code. */
  readonly image?: string;
  /** Where the code is; paths are absolute. */
  readonly code: CodeConfig;
  /** How the package is made of it; undefined: it is the code as it is. */
  readonly packaging?: Packaging;
  /** ARN of an execution role that the user supplies; undefined: slsctl makes one. */
  readonly role?: string;
  /** ARNs of managed policies for the role that slsctl makes, the basic execution role not included. */
  readonly policies: readonly string[];
  /** IAM statements for the role's inline policy. */
  readonly statements: readonly Record<string, unknown>[];
  readonly permissionsBoundary?: string;
  /** Tags that the user declares; ownership tags are added by the resources. */
  readonly tags: Record<string, string>;
  /** Days; undefined keeps logs for ever. */
  readonly logRetentionInDays: number | undefined;
}

type PublishLayerVersion = Omit<PublishLayerVersionCommandInput, 'LayerName' | 'Content'>;

/** In PublishLayerVersion's own terms. undefined: as it is on AWS; null: the next version has none. */
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
  /** `auto`: what the project has; `none`; or the absolute path of a requirements file. */
  readonly dependencies: string;
  /** Dependencies go into a layer of their own. */
  readonly layer: boolean;
  readonly bundle?: BundleConfig;
  readonly build?: BuildConfig;
}

/** What esbuild is told. */
export interface BundleConfig {
  readonly external: readonly string[];
  readonly awsSdk: boolean;
  readonly minify: boolean;
  readonly sourceMap: boolean;
  readonly format?: 'esm' | 'cjs';
}

export interface BuildConfig {
  /** Run in this order, in the code folder. */
  readonly commands: readonly string[];
  /** What they make, as the file says it: relative to the code folder. */
  readonly artifact?: string;
  /** What they read outside of the folder of the project; relative to the code folder. */
  readonly inputs: readonly string[];
}

export interface Project {
  /** Absolute path of slsctl.yml, and its folder. */
  readonly file: string;
  readonly dir: string;
  readonly name: string;
  readonly stage?: string;
  /** The stages that the file declares; undefined: it declares none, and any name is one. */
  readonly stages?: readonly string[];
  readonly region?: string;
  readonly allowedAccounts: readonly string[];
  /** The S3 bucket for packages that are too large for a request; undefined: slsctl's own. */
  readonly bucket?: string;
  readonly functions: readonly FunctionConfig[];
  readonly layers: readonly LayerConfig[];
  /** `${account}`, `${region}`, `${ssm:…}` and `${secret:…}` in the file that have no value yet. */
  readonly references: readonly Reference[];
}

export interface Reference {
  /** What stands between `${` and `}`. */
  readonly expression: string;
  /** Its place in the file. */
  readonly path: readonly PropertyKey[];
}
