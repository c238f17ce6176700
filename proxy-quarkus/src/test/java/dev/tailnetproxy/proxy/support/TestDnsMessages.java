package dev.tailnetproxy.proxy.support;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;

/** DNS answers (RFC 1035 section 4) for tests. */
public final class TestDnsMessages {

    private TestDnsMessages() {}

    /** An answer with one record for each address. */
    public static byte[] addresses(String name, String... addresses) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            header(out, 0, addresses.length);
            name(out, name);
            out.writeInt(1 << 16 | 1);
            for (String address : addresses) {
                byte[] data = InetAddress.getByName(address).getAddress();
                out.writeShort(0xc00c);
                out.writeShort(data.length == 4 ? 1 : 28);
                out.writeShort(1);
                out.writeInt(60);
                out.writeShort(data.length);
                out.write(data);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** The answer for a name that does not exist. */
    public static byte[] nameError() {
        return failure(3);
    }

    /** An answer that is only a response code. */
    public static byte[] failure(int code) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            header(out, code, 0);
            name(out, "x");
            out.writeInt(1 << 16 | 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** The same answer, saying that there is more than it holds. */
    public static byte[] truncated(byte[] message) {
        byte[] truncated = message.clone();
        truncated[2] |= 2;
        return truncated;
    }

    private static void header(DataOutputStream out, int code, int answers) throws IOException {
        out.writeShort(1);
        out.writeShort(0x8180 | code);
        out.writeShort(1);
        out.writeShort(answers);
        out.writeInt(0);
    }

    private static void name(DataOutputStream out, String name) throws IOException {
        for (String label : name.split("\\.", -1)) {
            out.writeByte(label.length());
            out.write(label.getBytes(StandardCharsets.US_ASCII));
        }
        out.writeByte(0);
    }
}
