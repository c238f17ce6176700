package dev.tailnetproxy.localstack.aws;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/**
 * The response to a call of an API.
 *
 * @param status the status code
 * @param body in the form of the called API
 */
public record AwsResponse(int status, String body) {

    /** The body of an API that speaks JSON. */
    public JsonObject json() {
        return body.isBlank() ? new JsonObject() : new JsonObject(body);
    }

    /** The texts of all elements of a name, of an API that speaks XML. */
    public List<String> elements(String name) {
        NodeList found = xml().getElementsByTagName(name);
        return IntStream.range(0, found.getLength())
                .mapToObj(index -> found.item(index).getTextContent())
                .toList();
    }

    /** The text of the first element of a name, of an API that speaks XML. */
    public String element(String name) {
        return elements(name).stream()
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("there is no " + name + " in " + body));
    }

    private Document xml() {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            return factory.newDocumentBuilder().parse(new InputSource(new StringReader(body)));
        } catch (ParserConfigurationException | SAXException | IOException wrong) {
            throw new IllegalStateException("this is no XML: " + body, wrong);
        }
    }
}
