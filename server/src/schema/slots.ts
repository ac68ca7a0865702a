/**
 * Assigns keys to a fixed number of slots; the key that was not used for longest makes room for a new one.
 * @typeParam K compared with ===
 */
export class Slots<K> {
  readonly #count: number;
  readonly #release: (slot: number) => void;
  /** In the order of their last use. */
  readonly #slots = new Map<K, number>();
  readonly #free: number[];

  /** @param release called with a slot whose key leaves it */
  constructor(count: number, release: (slot: number) => void) {
    this.#count = count;
    this.#release = release;
    this.#free = Array.from({ length: this.#count }, (_, index) => this.#count - 1 - index);
  }

  /** The slot of a key, which counts as a use of it. */
  use(key: K): number {
    const slot = this.#slots.get(key) ?? this.#free.pop() ?? this.#evict();
    this.#slots.delete(key);
    this.#slots.set(key, slot);
    return slot;
  }

  /** The key that is in a slot. */
  keyOf(slot: number): K | undefined {
    for (const [key, each] of this.#slots) if (each === slot) return key;
    return undefined;
  }

  /** Takes a key out of its slot. */
  drop(key: K): void {
    const slot = this.#slots.get(key);
    if (slot === undefined) return;
    this.#slots.delete(key);
    this.#free.push(slot);
    this.#release(slot);
  }

  #evict(): number {
    const [oldest] = this.#slots;
    if (oldest === undefined) throw new RangeError("There must be at least one slot.");
    const [key, slot] = oldest;
    this.#slots.delete(key);
    this.#release(slot);
    return slot;
  }
}
