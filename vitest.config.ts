import { defineConfig } from 'vitest/config';
import { constantsOf } from './scripts/constants.js';

export default defineConfig({
  define: await constantsOf(`${import.meta.dirname}/`),
  test: {
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    globalSetup: ['test/support/shared/setup.ts'],
    setupFiles: ['test/support/each-file.ts'],
    include: ['test/**/*.test.ts'],
    // For what hangs only: on a busy machine a test may take many times as long.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    pool: 'forks',
    isolate: false,
    maxWorkers: 2,
  },
});
