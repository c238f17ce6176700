package dev.tailnetproxy.client.rest;

import dev.tailnetproxy.client.rest.RequestSigning.SignableRequest;
import jakarta.ws.rs.ext.WriterInterceptor;
import jakarta.ws.rs.ext.WriterInterceptorContext;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Signs a call when its body has been serialised. The Quarkus REST client serialises into memory and reads the headers
 * after its interceptors, so the signature still reaches them.
 */
final class SignedBodyInterceptor implements WriterInterceptor {

    private final RequestSigning signing;

    SignedBodyInterceptor(RequestSigning signing) {
        this.signing = signing;
    }

    @Override
    public void aroundWriteTo(WriterInterceptorContext context) throws IOException {
        Copying copying = new Copying(context.getOutputStream());
        context.setOutputStream(copying);
        context.proceed();
        if (context.getProperty(SignableRequest.PROPERTY) instanceof SignableRequest call) {
            signing.sign(call, context.getHeaders(), copying.copy.toByteArray());
        }
    }

    private static final class Copying extends FilterOutputStream {

        private final ByteArrayOutputStream copy = new ByteArrayOutputStream();

        Copying(OutputStream original) {
            super(original);
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            copy.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            copy.write(bytes, offset, length);
        }
    }
}
