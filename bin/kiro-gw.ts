#!/usr/bin/env bun
import { main } from '../src/cli/main.ts';
import { createWorld } from '../src/cli/world.ts';

const world = createWorld();
const code = await main(world);
await world.flush();
world.leave(code);
