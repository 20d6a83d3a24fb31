// `permissions`: the statements of the resource policy of a function.
import * as z from 'zod';
import { fields, matching, oneOf, refuse, yesOrNo } from '../schema/checks.ts';
import { qualifier } from './qualifier.ts';

const permission = fields({
  principal: matching(/^\S+$/, 'a service (s3.amazonaws.com), an account, an ARN, or *').describe(
    'Who gets the permission: a service such as s3.amazonaws.com, an account number, an ARN, or * for everybody.',
  ),
  action: matching(/^(lambda:[*]|lambda:[a-zA-Z]+|[*])$/, 'lambda:InvokeFunction, or another of lambda:')
    .optional()
    .meta({ description: 'Action that is allowed.', default: 'lambda:InvokeFunction' }),
  sourceArn: matching(/^arn:aws[\w-]*:[\w.-]+:\S+$/, 'an ARN')
    .optional()
    .describe('Only on behalf of this resource.'),
  sourceAccount: matching(/^\d{12}$/, 'an account number of 12 digits, in quotes')
    .optional()
    .describe('Only on behalf of resources of this account.'),
  principalOrgID: matching(/^o-[a-z0-9]{10,32}$/, 'the id of an organization')
    .optional()
    .describe('Only for accounts of this organization.'),
  eventSourceToken: matching(/^[a-zA-Z0-9._-]{1,256}$/, 'a token')
    .optional()
    .describe('Only with this token (Alexa Smart Home).'),
  functionUrlAuthType: oneOf(['NONE', 'AWS_IAM'])
    .optional()
    .describe('Only through a function URL with this authType.'),
  invokedViaFunctionUrl: yesOrNo.optional().describe('Only through the function URL.'),
  qualifier,
}).superRefine(({ action, functionUrlAuthType }, context) => {
  if (functionUrlAuthType !== undefined && action !== 'lambda:InvokeFunctionUrl') {
    refuse(context, 'has functionUrlAuthType, which needs action: lambda:InvokeFunctionUrl');
  }
});

export const permissions = z
  .record(
    matching(/^[a-zA-Z0-9-_]{1,100}$/, 'statement ids of letters, digits, - and _, at most 100'),
    permission.nullable(),
    { error: 'a map of statement ids to permissions' },
  )
  .meta({
    description:
      'Statements of the resource policy: who else may use the function, by statement id. They allow calls of the alias that follows the deployments, if there is one. null removes a statement.',
    examples: [{ uploads: { principal: 's3.amazonaws.com', sourceArn: 'arn:aws:s3:::my-uploads' } }],
  });
