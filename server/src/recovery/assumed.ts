/** Usual values in seconds for what nobody states; each result that rests on one says so. */
export const ASSUMED = {
  /** istiod to every proxy: seconds in clusters of a usual size. */
  meshPropagation: 10,
  /** Caches of resolvers that keep answers longer than they may. */
  resolverSlack: 30,
  /** Scheduling, pulling the image, starting the process. */
  podStart: 60,
  /** Boot of a virtual machine and start of what runs in it. */
  vmStart: 120,
  /** Sixteen megabytes of write-ahead log to an object store. */
  walUpload: 60,
} as const;
