package io.graftwatch.collector.http;

import io.graftwatch.collector.store.StoreException;

/// Serves one route. It may block: it runs on a virtual thread.
@FunctionalInterface
public interface Endpoint {
  Reply answer(Call call) throws Refusal, StoreException;
}
