// `codeSigningConfigArn`: the code signing configuration of a function.
import { matching } from '../schema/checks.ts';

export const codeSigning = matching(
  /^arn:aws[\w-]*:lambda:[\w-]+:\d{12}:code-signing-config:csc-[a-z0-9]{17}$/,
  'the ARN of a code signing configuration',
).meta({
  description: 'Code signing configuration that says who must have signed the code.',
  examples: ['arn:aws:lambda:us-east-1:123456789012:code-signing-config:csc-0123456789abcdef0'],
});
