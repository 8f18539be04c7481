package io.graftwatch.collector.trust;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/// A private key and the certificate over its public half.
record Identity(PrivateKey key, X509Certificate certificate) {}
