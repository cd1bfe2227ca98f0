"""Words to read aloud: 1,024 of each language, so that each says ten bits.

Common, short, and no two of a list alike to the ear or in writing. What could hurt, frighten or
mean something else in a jail is not among them. Their order and number never change: two pages
of different age must show the same words.
"""

_ENGLISH = """
abacus accent actor adverb airport algebra alley alpaca amazing amber anchor ancient angle
answer antelope antenna anthem apricot apron arcade arch artist aspen athlete atlas atom attic
author autumn avenue avocado award axle backpack badger bag bagel bakery balance balcony ballet
balloon bamboo bandage banjo banner barber bark barley barrel basement bashful basin basket
bathtub battery bazaar beach beacon beam bee beetle belong belt beyond bicycle biology birch
biscuit bison blanket blender blink blizzard bloom blossom bluebird board boat bold bonfire
bonus book bookcase borrow bottle bounce box brave breeze brick bridge bright broccoli bronze
broth brother brush bubble buckle buffalo builder bulb burger burrito busy butter button cabbage
cabin cabinet cactus cafe calendar calm camel camera campus canoe canteen canvas canyon capital
captain caramel card cardinal careful caribou carpet carry cartoon cashew castle cavern cedar
ceiling celery cello center century cereal chalk change chapel charm cheddar cheese cheetah chef
chemist cherry chess chestnut child chimney chipmunk chowder cinema cinnamon circle circus city
clarinet clasp clever cliff climb clock closet cloth coach cocoa coffee coin collage collar
color comb comet comfort comic compass compost computer concert condor cookie copper cork corner
cosmos cottage country cousin cowboy cozy crab crate crawl creek cricket crimson crisp crown cup
cupboard cupcake curious curtain curve cushion cycle cymbal cypress daffodil daisy damp dancer
dazzle decade decimal degree denim dentist desert desk dew diagram dial diamond diary digit
diner dingo direct doctor doll dolphin domino donkey donut doodle door doorbell doormat dove
drawer dream dress driver drizzle drum dry dryer duck dumpling dynamo eager early earth easy
echo eclipse editor egg element elevator elm emerald energy engine enjoy enough envelope equal
eraser evening event example explain fable fabric factory fair falcon family famous fancy farmer
fast faucet fennel fern ferret ferry fiction field fig film finish firefly fisher flag flamingo
flannel flavor flicker float flower flutter focus foghorn folder follow football forest fort
fortune fossil frame freezer fresh friend frog frost fun future gadget galaxy gallery gallop
garage garden garlic garnet gate gather gauge gazebo gazelle gecko gentle geology geyser giant
giraffe glacier glad glass glide glitter globe glue goldfish golf good grace grand grandpa
gravity gravy grill grin grove grow guava guess guitar gust gym habit hallway hammer hammock
hamster handle handy happy harbor harmony harp harvest hat hawk hazel hazelnut headband hedgehog
helium helmet helpful hero hexagon highway hinge history hobby hockey holiday home honey hoop
horizon hotel house hover huge humid humor iceberg idea igloo iguana imagine inch inkwell
instant invite iron island ivy jacket jackpot jaguar janitor jar jasmine jazz jeans jersey jewel
jeweler jigsaw jingle jog jolly journal journey juggle juice jump juniper kangaroo karate kayak
keep ketchup kettle keyboard kimono kind kite kiwi knapsack knight koala lab ladder ladle
ladybug lagoon lake lantern laptop lasagna laugh laundry laurel lava lavender lawn leap learn
leather legend lemon lens lentil leopard letter lettuce level library lilac lily lime linen
listen little llama lobster logic loud lovely lucky luggage lullaby lunar lunch lyric machine
magazine magenta magic magma magnet magnify magnolia mailbox maize major manatee mansion maple
marble marigold market marsh marvel mask math maybe meadow meatball medium meerkat melody member
memory message metal meteor method mill minute miracle mirror mist mitten model modern moment
month moon moose mop morning mosaic mosquito moss mother motion motor mountain movie mud mural
muscle museum music mustard mystery napkin narrow nature neon nephew net neutron nickel nimble
normal north notepad notice nova nucleus nurse nursery nutmeg oak oasis oatmeal object ocean
octave octopus office olive omelet onion onward open opera orbit orca orchard orchid order
oregano organ origami ostrich otter outside owl oxygen page pail paint pajamas palace pancake
panda panel panther papaya paper paprika parakeet parcel parent parrot parsley partner party
pasta pastry pasture patient patio paving peace peacock peanut pebble pecan pedal pelican pencil
pendant penguin penny pepper perfect pheasant phrase physics pianist piano pickle picnic picture
pier pillow pilot pirate pitcher pizza planet plasma plastic plate play plaza plenty plow
plumber poem polite pollen poncho pond popcorn popular porch possum poster potato pottery
prairie present pretzel prince printer prism promise proton proverb pudding puffin pulley pulse
puma pumpkin pupil puppet puppy purple puzzle pyramid quantum quartz quick quiet radar radio
radius raft railing rainbow raisin ranch ranger rapid ravioli ready recipe reef reindeer relax
rescue resort rhino rhyme rhythm ribbon rice riddle rinse roam robe robin robot rocket romance
rooster round rowboat royal rug rugby ruler runway saddle saffron salmon salsa sand sandal
sandbox sandwich sapphire sardine satchel saucer scale scallop scarf scarlet scatter scholar
school science scooter screen sea seagull seahorse season secret seesaw senator shadow shawl
sheep shell shiny shirt shore shuffle shutter signal silent silk silver simple singer sister
skate sketch skier skip sky sled sleeve slipper slogan slope smart smile snack sneeze snowball
snowman soccer social sock soft solid solo sonar song soothe soup soybean spark sparrow spatula
special sphere spider spin spinach splash sponge spool sport spring sprout square squash squeak
squid squirrel stable stadium stage stairs stamp stapler star starfish station statue steeple
stereo stew storm stove stream street stretch stroll strong student studio style suburb subway
sudden sugar summer summit sundae sunny sunrise sunset super surfer surfing surgeon sweater
sweet swift swimmer swing switch symbol syrup tack tadpole tailor talent tall tango tape target
teacher teapot temple tempo tennis tenor tent terrace terrier theater theory thimble thorn
thread thunder ticket timer tiny tiptoe tire title toast toaster today toddler tofu tomato tool
toolbox topaz topic tornado tortilla tortoise total toucan touch tourist tower town toy tractor
train trainer travel tray triumph trophy truck trumpet truth tub tugboat tulip tumble tuna
tunnel turkey turnip turtle twig twine twinkle twirl twist ukulele uncle unique unite upbeat
useful vacuum van vanilla vapor vase vector vehicle velvet verse victory video view village
vinegar vinyl violet violin visit vivid voice volcano volume voyage waffle wagon walnut walrus
waltz warm washer watch water wave weaver weekday weekend welcome west wheat wheel whisper
whistle wiggle window wink wisdom wish wizard wombat wonder woodland world wrench writer yacht
year yoga yogurt young zebra zigzag zipper zoo zucchini
"""

_SPANISH = """
abeja abeto abrazo abrigo aceite aceituna acordeón acuario adorno aduana agenda agosto aguacate
ahorro aire ajedrez ajo alambre alameda alba alcachofa alcalde alcoba alegre alfabeto alfombra
algodón almendra almíbar almohada almuerzo alondra alpaca altavoz altura alubia alumno amanecer
amarillo amigo amistad amplio ancla andén anillo animal antena antiguo anzuelo apetito aplauso
apoyo aprender arbusto arcilla arenque armario armonía aroma arroyo asado asiento astro atajo
atardecer atención atento atún autobús autor avellana avena avenida aventura avestruz ayuda
azafrán azotea azulejo azúcar ágil álbum álgebra ámbar ánimo árbitro átomo bahía bailar baile
balanza balón bambú banda bandera barco barrio base baúl báscula bebida beca bicicleta bigote
billete biología bizcocho bocadillo boda bodega boleto bolígrafo bolsa bolsillo bombero bombilla
bondad bonito bordado borrador botella botón brocha bronce brújula bucle bueno bufanda burbuja
buzón búho cabaña cabello cabina cacao cacerola cactus café caimán cajón calabaza calcetín
calcio caldera calidad camarón camión camisa campana campeón campo canario canasta canción
canela cangrejo canguro canica cantante cantar capitán capítulo caramelo carnaval carpeta
carrera carta cartel cartero cartón casa cascada caseta castaña castillo castor catálogo
catedral cebada cebolla cebra cedro celeste cena centavo centro cepillo cerámica cerebro cereza
cesta césped chaleco champú charco charla chimenea chiste chocolate cielo ciencia ciervo cigüeña
cinturón ciprés ciruela cisne cita ciudad círculo clarinete clavel clavo clima cocodrilo cohete
cojín colchón colegio colibrí colina collar color columna columpio cometa comida compás
concierto confite consejo contento copia coral corazón corbata corcho cordero corneta correo
corteza cosecha costura cómico cómodo cráter crema crucero cuaderno cuarzo cuchara cuello cuenta
cuerda curioso curva cúpula danza dedo delantal delfín deporte derecha desayuno desierto
destello destino década diamante diario dibujo diciembre diente dieta diploma directo disfraz
doblar doctor dorado dragón duda dulce durazno eclipse edad edificio ejemplo elegante elemento
emblema emoción empanada encaje encanto enchufe encina encuentro energía enigma ensalada ensayo
entrada envase enviar equipo erizo esbelto escalera escena escoba escritor escudo esfera
esmeralda espacio espalda espejo espiga espinaca espiral esponja espuma esquina establo estación
estante estatua estrella estuche estudio estufa etapa etiqueta exacto examen excelente exótico
falda familia famoso farmacia farol fábrica fábula fácil febrero fecha felicidad feliz feria
ferry figura filtro final firma física flauta flexible florero fogata folleto fondo formal
fortuna foto fórmula fragata frase frente fresa fresco frijol fuerte función furgón futuro
fútbol gacela gafas gaita galaxia galería galleta garaje garbanzo garganta gaveta gaviota
gelatina gemelo genial gente germen gesto género gimnasio girasol giro glaciar globo gloria
goloso gorrión gota góndola granada grande granero granja gratis grato gráfico grillo grosella
guante guayaba guinda guirnalda guisante guitarra hada halcón hamaca harina hábil hábito hebilla
helado helecho helio herencia hermano hélice héroe hierro hijo himno historia hogar hombro
horizonte hormiga horno hortensia hotel hoyo huella huerta humano humilde humor huracán húmedo
ideal idioma iglú igual iguana imperio infancia ingenio inicio insecto instante interior invento
invierno isla istmo índice jabalí jaguar jalea jamón jarabe jardín jarrón jazmín jersey jinete
jirafa jornada joven joya joyero jueves jugo juguete julio jungla juntos justo karate kayak kiwi
koala labor ladera ladrillo laguna langosta largo latido laurel lava lavanda lámpara lápiz
lechuza lector lejano lengua lenteja lento leña letra leyenda libélula liebre lienzo liga ligero
lino linterna litro liviano línea líquido llama llanura llave llegada llovizna lluvia loro lote
lucero luego lugar lujo lunes lupa maceta madrugada maestro mago malla manantial mandarina
mandolina manguera manicura mansión manta mantel manual manzana mañana mapa mapache maravilla
marea marfil margarita margen marino martes marzo matiz mayor máquina mármol máscara mástil
mecánico medalla medio medusa mejilla melena melodía membrillo memoria mensaje mercado merienda
mermelada mesa meseta metal meteoro metro mezcla miel miércoles milagro mineral minuto mirador
mirlo misterio mochila modelo modesto molde molino momento moneda montaña monte mosaico móvil
mueble muñeca musgo música nadar naranja nariz narrador nata natural nave navidad neblina neutro
nevera nicho niebla nieto niño nivel noche nocturno nombre nopal norte noticia novela noviembre
nómada nudo nuera nuez nutria oasis océano octava octubre oeste oferta oficina oficio oído ojal
olfato olivo olla olmo oración oráculo orden orgullo origen orilla orquesta orquídea oruga ostra
otoño oveja oxígeno óptica óvalo paella palabra paleta palma palmera panal pandereta panera
pantalla pantalón pañuelo papel paquete parada paraguas pareja parque parte pasaje paseo pastel
patata patín pato pausa página párrafo peces pegamento peine pelícano película peluca península
pequeño percha perdiz perejil perfecto perfil perfume periódico perla persiana petirrojo pétalo
pianista piano pimienta pincel pingüino pintor pintura piña pirata pirámide piscina piso pista
pizarra pizza plan plancha planta playa plazo plural poblado poeta polen poncho popular postal
postre pradera pregunta premio prensa primavera primo princesa prisma promesa propina prólogo
próximo puchero pueblo puente puerto pulgar pulsera puma punto puñado pupitre público queso
quieto quinoa quiosco química racimo raíz rallador rastrillo rayo razón rápido real rebaño
recibo recreo recta recuerdo refrán regadera regalo región regla reloj remedio remo remolacha
renacuajo repisa repollo reposo resorte retrato reunión revista rima rincón rocío rodaja rodeo
rodilla rojo rollo romance romero ronda rostro rotulador rubí rueda rugby rumba rural ruta
rutina sabio sabroso salero salmón salsa salto saludo sandalia sandía sano sardina sastre
satélite sauce sábana seguro sello selva semana semáforo semilla sencillo senda sendero señal
sereno serie siembra sierra siesta silbato silencio silla silueta simple sincero sirena sitio
sobre sobrino soleado sombra sombrero sonata sonido sonrisa sopa sorbete sorpresa suave subida
submarino suéter sumar surco sureste surtido susurro tabla tablero taburete taller tamaño tambor
tapete tarde tarjeta tarro taxi taza teatro techo tecla tejido teléfono tenedor tenis tenor
ternura terraza terreno tesoro tetera texto tibio tiburón tiempo tienda tierno tigre tijera
timbre timón tiovivo títere título toalla tocar tomate tomillo topacio tordo toronja torre
tortuga tostada total trabajo tractor traje trampolín tranquilo tranvía trapecio trapo tren
trébol tribu triciclo trineo triunfo trío trípode trofeo trompeta tronco trozo trópico trucha
trueno tubo tucán tulipán turbina turista turno turquesa turrón túnica umbral unido universo uña
urbano urraca último útil vacío vagón vainilla vajilla valle vapor vaquero variado vaso vecino
vela velero verano verde vereda verso vestido viaje vida vidrio viejo viernes vinagre violeta
violín virtud visera visita vivero vivo volante volcán volumen vuelo vuelta yate yema yeso yoga
yogur yunque zafiro zanahoria zapato zarza zarzamora zigzag zona zueco zumo
"""

ENGLISH = tuple(_ENGLISH.split())
SPANISH = tuple(_SPANISH.split())
