import type { ContextEntry, LLMContext } from '../llm-context.js';
import type { ApplyPolicy, ContextPolicy, PolicyScope } from './context-policy.js';

/** The policies of one session, one after the other. */
export class PolicyChain {
  readonly #policies: readonly ApplyPolicy[];
  readonly #fail: (error: unknown) => void;

  constructor(policies: readonly ContextPolicy[], scope: PolicyScope) {
    this.#policies = policies.map((open) => open(scope));
    this.#fail = (error) => scope.fail(error);
  }

  apply(context: LLMContext): void {
    for (const policy of this.#policies) {
      try {
        const { version } = context;
        const entries: readonly ContextEntry[] = policy(version);
        if (entries !== version.entries) context.rewrite(entries);
      } catch (error) {
        this.#fail(error);
      }
    }
  }
}
