// Runs in every test file: removes what the helpers keep for a file. Files share a process.
import { afterAll } from 'vitest';
import { removeHome } from './cli.ts';

afterAll(removeHome);
