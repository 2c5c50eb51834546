/** An object whose members are unread. */
export type Members = Readonly<Record<string, unknown>>;

/** The member that is an object, or an empty one. */
export function objectIn(value: Members, name: string): Members {
  const member = value[name];
  return isMembers(member) ? member : {};
}

/** The member that is a text, or undefined. */
export function textIn(value: Members, name: string): string | undefined {
  const member = value[name];
  return typeof member === 'string' ? member : undefined;
}

/** The members of a list that are objects. */
export function objectsIn(value: Members, name: string): readonly Members[] {
  const member = value[name];
  return Array.isArray(member) ? member.filter(isMembers) : [];
}

const isMembers = (value: unknown): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value);
