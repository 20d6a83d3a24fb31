// `runtimeManagementConfig`: when the runtime of a function gets a new version.
import { arnOf, fields, oneOf } from '../schema/checks.ts';

export const runtimeManagement = fields({
  updateRuntimeOn: oneOf(['Auto', 'FunctionUpdate', 'Manual']).describe(
    'Auto: when AWS has a new one. FunctionUpdate: with the next deployment. Manual: never; runtimeVersionArn says which.',
  ),
  runtimeVersionArn: arnOf('lambda').optional().describe('With Manual: the runtime version to use.'),
}).meta({
  description: 'When Lambda updates the language runtime under the function.',
  examples: [{ updateRuntimeOn: 'FunctionUpdate' }],
});
