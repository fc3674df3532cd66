/** What a hook makes before the tests, under a name that can be used before that. */
export function later<T extends object>(made: () => T | undefined): T {
  const now = (): object => made() ?? {};
  return new Proxy({} as T, {
    get: (_, member) => Reflect.get(now(), member),
    ownKeys: () => Reflect.ownKeys(now()),
    getOwnPropertyDescriptor: (_, member) => Reflect.getOwnPropertyDescriptor(now(), member),
  });
}
