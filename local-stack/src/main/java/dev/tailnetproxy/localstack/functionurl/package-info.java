/** A local Lambda Function URL: HTTP to payload format 2.0 and back, behind AWS Signature Version 4. */
@NullMarked
package dev.tailnetproxy.localstack.functionurl;

import org.jspecify.annotations.NullMarked;
