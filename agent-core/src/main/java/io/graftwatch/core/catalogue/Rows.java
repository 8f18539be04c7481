package io.graftwatch.core.catalogue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the catalogue's JSON into its types: an object becomes the type whose constructor's
/// parameters bear the names of its members. It streams, since the data binding of a library is
/// half of the time that `replay` needs to start.
final class Rows {
  private final JsonParser in;

  private Rows(JsonParser in) {
    this.in = in;
  }

  /// Reads one object.
  ///
  /// @throws IllegalStateException when the text is not what the type says
  static <T> T one(InputStream json, Class<T> type) throws IOException {
    try (JsonParser in = new JsonFactory().createParser(json)) {
      in.nextToken();
      return type.cast(new Rows(in).row(type));
    }
  }

  /// Reads a list of objects.
  ///
  /// @throws IllegalStateException when the text is not what the type says
  static <T> List<T> all(InputStream json, Class<T> type) throws IOException {
    try (JsonParser in = new JsonFactory().createParser(json)) {
      in.nextToken();
      return new Rows(in).list(type).stream().map(type::cast).toList();
    }
  }

  private @Nullable Object value(Type type) throws IOException {
    return switch (in.currentToken()) {
      case VALUE_NULL -> null;
      case VALUE_STRING -> in.getText();
      case VALUE_TRUE, VALUE_FALSE -> in.getBooleanValue();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(type);
      case START_ARRAY -> list(argument(type, 0));
      case START_OBJECT -> type instanceof Class<?> plain ? row(plain) : members(argument(type, 1));
      default -> throw wrong("unexpected " + in.currentToken());
    };
  }

  private Object number(Type type) throws IOException {
    if (type == int.class || type == Integer.class) {
      return in.getIntValue();
    }
    return in.getDoubleValue();
  }

  private Type argument(Type type, int index) {
    if (type instanceof ParameterizedType generic) {
      return generic.getActualTypeArguments()[index];
    }
    throw wrong(type + " holds no list or map");
  }

  private List<@Nullable Object> list(Type element) throws IOException {
    var list = new ArrayList<@Nullable Object>();
    while (in.nextToken() != JsonToken.END_ARRAY) {
      list.add(value(element));
    }
    return Collections.unmodifiableList(list);
  }

  private Map<String, @Nullable Object> members(Type type) throws IOException {
    var map = new LinkedHashMap<String, @Nullable Object>();
    while (in.nextToken() != JsonToken.END_OBJECT) {
      String name = in.currentName();
      in.nextToken();
      map.put(name, value(type));
    }
    return Collections.unmodifiableMap(map);
  }

  private Object row(Class<?> type) throws IOException {
    Constructor<?> constructor = type.getDeclaredConstructors()[0];
    Parameter[] parameters = constructor.getParameters();
    List<String> names = Arrays.stream(parameters).map(Parameter::getName).toList();
    Type[] types = constructor.getGenericParameterTypes();
    var values = new @Nullable Object[types.length];
    for (int i = 0; i < types.length; i++) {
      values[i] = types[i] instanceof Class<?> plain ? unset(plain) : null;
    }
    while (in.nextToken() != JsonToken.END_OBJECT) {
      int member = names.indexOf(in.currentName());
      if (member < 0) {
        throw wrong(type.getSimpleName() + " has no " + in.currentName());
      }
      in.nextToken();
      values[member] = value(types[member]);
    }
    try {
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      throw new IllegalStateException(type.getSimpleName() + " before " + where(), e);
    }
  }

  /// What a member that is left out is: zero, false or null.
  private static @Nullable Object unset(Class<?> type) {
    return type.isPrimitive() ? Array.get(Array.newInstance(type, 1), 0) : null;
  }

  private IllegalStateException wrong(String what) {
    return new IllegalStateException(what + " at " + where());
  }

  private String where() {
    return "line " + in.currentLocation().getLineNr();
  }
}
