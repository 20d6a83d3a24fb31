// The HTTPS address of a function. A public address needs two statements in the resource policy.
import {
  CreateFunctionUrlConfigCommand,
  DeleteFunctionUrlConfigCommand,
  type FunctionUrlConfig,
  GetFunctionUrlConfigCommand,
  UpdateFunctionUrlConfigCommand,
} from '@aws-sdk/client-lambda';
import type { Aws } from '../../aws/aws.ts';
import { apiNames } from '../../config/api-names.ts';
import type { Attachments } from '../../config/attachments/all.ts';
import { withoutDefaults } from '../../config/without-defaults.ts';
import type { Change, DeclaredResource } from '../../engine/resource.ts';
import { absent } from '../absent.ts';
import { differences, removals } from '../compare.ts';
import type { FunctionResource } from '../function/function-resource.ts';
import { Attachment } from './attachment.ts';
import { type Kind, optional } from './kind.ts';
import type { Permission } from './statements.ts';

type Declared = NonNullable<Attachments['url']>;

/** AWS requires the second one since October 2025. The ids are the console's. */
const publicStatements: Record<string, Permission> = {
  FunctionURLAllowPublicAccess: {
    Action: 'lambda:InvokeFunctionUrl',
    Principal: '*',
    FunctionUrlAuthType: 'NONE',
  },
  FunctionURLInvokeAllowPublicAccess: {
    Action: 'lambda:InvokeFunction',
    Principal: '*',
    InvokedViaFunctionUrl: true,
  },
};

/** AWS's defaults. */
const awsDefaults = { InvokeMode: 'BUFFERED', Cors: { MaxAge: 0 } };

export class FunctionUrlResource extends Attachment<FunctionUrlConfig> {
  readonly kind = 'function URL';

  async read(): Promise<FunctionUrlConfig | undefined> {
    return absent(() => this.aws.lambda.send(new GetFunctionUrlConfigCommand(this.at)));
  }

  loss({ FunctionUrl }: FunctionUrlConfig): string {
    return `the address ${FunctionUrl}; callers get errors`;
  }

  extent({ FunctionUrl }: FunctionUrlConfig): string {
    return `its address ${FunctionUrl}`;
  }

  fields(live: FunctionUrlConfig): Record<string, unknown> | undefined {
    return { Url: withoutDefaults(live, awsDefaults) };
  }

  removal({ FunctionUrl }: FunctionUrlConfig): Change[] {
    return [{ path: 'FunctionUrl', from: FunctionUrl, to: undefined }];
  }

  async remove(): Promise<void> {
    await absent(() => this.aws.lambda.send(new DeleteFunctionUrlConfigCommand(this.at)));
  }
}

export class DeclaredFunctionUrl extends FunctionUrlResource implements DeclaredResource<FunctionUrlConfig> {
  private readonly declared: Declared;

  constructor(aws: Aws, host: FunctionResource, declared: Declared) {
    super(aws, host);
    this.declared = declared;
  }

  diff(live: FunctionUrlConfig | undefined): Change[] {
    const { Cors, ...settings } = apiNames(this.declared);
    const cors = { ...awsDefaults.Cors, ...live?.Cors };
    return [
      ...differences(settings, live, ''),
      ...(Cors === null
        ? removals(withoutDefaults(cors, awsDefaults.Cors), 'Cors')
        : differences(Cors, live && cors, 'Cors')),
    ];
  }

  async apply(live: FunctionUrlConfig | undefined): Promise<FunctionUrlConfig> {
    const { lambda } = this.aws;
    const { Cors, ...settings } = apiNames(this.declared);
    if (!live) {
      const input = { ...this.at, ...settings, Cors: Cors ?? undefined };
      await lambda.send(new CreateFunctionUrlConfigCommand(input));
    } else {
      // AWS replaces a CORS configuration as a whole; an empty one removes it.
      const whole = Cors === null ? {} : Cors && { ...live.Cors, ...Cors };
      await lambda.send(new UpdateFunctionUrlConfigCommand({ ...this.at, ...settings, Cors: whole }));
    }
    return this.after();
  }
}

export const functionUrl: Kind<Declared> = {
  ...optional(FunctionUrlResource, DeclaredFunctionUrl),
  claims: {
    of: ({ authType }) => (authType === 'NONE' ? publicStatements : {}),
    owns: (id) => Object.hasOwn(publicStatements, id),
  },
};
